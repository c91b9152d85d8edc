package api

// importRoutes are the calls on organisation imports.
var importRoutes = []Route{}
