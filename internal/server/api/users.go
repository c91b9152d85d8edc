package api

// userRoutes are the calls on users.
var userRoutes = []Route{}
