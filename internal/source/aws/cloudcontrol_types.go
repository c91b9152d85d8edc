package aws

// listedTypes are the types that are read through Cloud Control.
var listedTypes = []listed{
	{
		typ:     "AWS::Athena::WorkGroup",
		actions: "athena:ListWorkGroups athena:GetWorkGroup athena:ListTagsForResource",
	},
}
