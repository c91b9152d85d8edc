package api

// openAPIRoutes are the calls on the description of the API.
var openAPIRoutes = []Route{}
