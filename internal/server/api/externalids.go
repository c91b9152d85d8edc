package api

// externalIDRoutes are the calls on external ids.
var externalIDRoutes = []Route{}
