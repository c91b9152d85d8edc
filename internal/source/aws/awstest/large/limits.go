package large

var ec2Unpaged = tokens(50, 10)

var limits = map[string]serviceLimits{
	"ec2": {rest: tokens(100, 20)},
}
