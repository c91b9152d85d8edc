package cloud

// Unread says that the resources of a type could not be read, or not all of
// them, in one account and region. Nothing that depends on them passes or
// fails: a rule of the type is unknown there, and so is a join that may have
// missed one.
type Unread struct {
	Type    string // "AWS::EC2::Volume"
	Account string
	Region  string // "global" where AWS has none
	Reason  string // for a person: "ec2:DescribeVolumes was denied; …"
}
