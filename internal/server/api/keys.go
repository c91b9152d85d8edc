package api

// keyRoutes are the calls on API keys.
var keyRoutes = []Route{}
