package bot

const childDatabase = "SURETY_BOT_CHILD_DATABASE"

func child() int { return 1 }
