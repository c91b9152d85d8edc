package api

// checkRoutes are the calls on checks.
var checkRoutes = []Route{}
