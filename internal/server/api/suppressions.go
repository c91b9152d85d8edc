package api

// suppressionRoutes are the calls on many suppressions at once.
var suppressionRoutes = []Route{}
