package api

// configurationRoutes are the calls on the configuration of the whole organisation.
var configurationRoutes = []Route{}
