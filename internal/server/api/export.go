package api

// exportRoutes are the calls on the export of checks.
var exportRoutes = []Route{}
