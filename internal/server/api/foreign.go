package api

import "net/http"

// foreignRoutes are the calls of Cloud Conformity's API for what Surety does
// not do. They answer plainly, so that a script says why it stops.
var foreignRoutes = []Route{
	foreign("POST", "/accounts/azure", "Add an Azure subscription", otherClouds),
	foreign("POST", "/accounts/gcp", "Add a GCP project", otherClouds),
	foreign("POST", "/azure/active-directories", "Add an Azure directory", otherClouds),
	foreign("GET", "/azure/active-directories/{id}/subscriptions", "List the subscriptions of an Azure directory", otherClouds),
	foreign("POST", "/gcp/organisations", "Add a GCP organisation", otherClouds),
	foreign("GET", "/gcp/organisations/{id}/projects", "List the projects of a GCP organisation", otherClouds),
	foreign("POST", "/well-architected-tool/sync", "Write checks into a review of the Well-Architected Tool",
		"Surety does not write to AWS accounts, and so not into the Well-Architected Tool; GET /compliance-standards/AWAF/outcome shows the checks by question"),
	foreign("GET", "/access-control", "List custom roles", customRoles),
	foreign("POST", "/access-control", "Make a custom role", customRoles),
}

const (
	otherClouds = "Surety watches AWS accounts; it does not scan Azure or GCP. Take this out of the configuration, or keep it with the service that scans them"
	customRoles = "Surety has no custom roles; give a user the role USER and access to accounts one by one (PATCH /users/{id} with accessList)"
)

// foreign makes a route that answers 501 with the reason.
func foreign(method, path, summary, why string) Route {
	return Route{
		Method: method, Path: path, Tag: "Not in Surety", Allow: Admin, Status: http.StatusNotImplemented,
		Summary: summary, Response: errorBody{}, Notes: "Not implemented. " + why + ".",
		Handle: func(*Call) (any, error) { return nil, Errorf(http.StatusNotImplemented, "%s", why) },
	}
}
