package api

// foreignRoutes are the calls on what only other clouds have.
var foreignRoutes = []Route{}
