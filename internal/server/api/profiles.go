package api

// profileRoutes are the calls on profiles.
var profileRoutes = []Route{}
