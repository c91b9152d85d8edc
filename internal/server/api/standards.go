package api

// standardRoutes are the calls on compliance standards.
var standardRoutes = []Route{}
