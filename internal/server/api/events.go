package api

// eventRoutes are the calls on the audit log.
var eventRoutes = []Route{}
