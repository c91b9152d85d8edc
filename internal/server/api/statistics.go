package api

// statisticRoutes are the calls on scores and their evolution.
var statisticRoutes = []Route{}
