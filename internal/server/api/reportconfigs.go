package api

// reportConfigRoutes are the calls on report configs.
var reportConfigRoutes = []Route{}
