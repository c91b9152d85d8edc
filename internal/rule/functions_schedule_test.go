package rule

import "testing"

func TestScheduleDays(t *testing.T) {
	for _, test := range []struct {
		expression string
		want       int // 0: an error
	}{
		{"rate(10 days)", 10},
		{"rate(1 day)", 1},
		{"rate(4 hours)", 1},
		{"rate(36 hours)", 2},
		{"Rate(90 Days)", 90},
		{"rate(0 days)", 0},
		{"rate(3 weeks)", 0},
		{"cron(0 */4 * * ? *)", 1},
		{"cron(0 10 ? * MON-FRI *)", 3},
		{"cron(0 10 ? * FRI-MON *)", 4},
		{"cron(0 8 1 * ? *)", 31},
		{"cron(0 16 1,15 * ? *)", 17},
		{"cron(0 8 1/10 * ? *)", 10},
		{"cron(0 8 L * ? *)", 31},
		{"cron(0 8 L-3 * ? *)", 31},
		{"cron(0 8 15W * ? *)", 32},
		{"cron(0 8 ? * SUN#1 *)", 35},
		{"cron(0 8 ? * 6L *)", 35},
		{"cron(0 8 ? * L *)", 7},
		{"cron(0 0 1 1/3 ? *)", 92},
		{"cron(0 0 1 JAN ? *)", 366},
		{"cron(0 0 29 2 ? *)", 1461},
		{"cron(0 0 31 2 ? *)", 0},
		{"cron(0 0 1 1 ? 2030)", 0},
		{"cron(0 0 1 * *)", 0},
		{"cron(0 0 first * ? *)", 0},
		{"daily", 0},
		{"", 0},
	} {
		got, err := scheduleDays(test.expression)
		if got != test.want || (err != nil) != (test.want == 0) {
			t.Errorf("scheduleDays(%q) = %d, %v, want %d", test.expression, got, err, test.want)
		}
	}
}
