package api

// templateRoutes are the calls on the template scanner.
var templateRoutes = []Route{}
