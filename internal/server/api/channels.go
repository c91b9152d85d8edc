package api

// channelRoutes are the calls on communication settings.
var channelRoutes = []Route{}
