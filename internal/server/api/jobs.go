package api

// jobRoutes are the calls on the work in the background.
var jobRoutes = []Route{}
