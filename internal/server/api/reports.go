package api

// reportRoutes are the calls on reports.
var reportRoutes = []Route{}
