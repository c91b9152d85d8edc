package cloudformation

import "github.com/surety-cloud/surety/internal/cloud"

// delivery tells a source of logs where they go: a source alone logs nothing.
func (f *folder) delivery(r *cloud.Resource) {
	source := f.target(r.Properties["DeliverySourceName"], "AWS::Logs::DeliverySource")
	if source == nil {
		return
	}
	destination := r.Properties["DeliveryDestinationArn"]
	if destination == nil {
		destination = &cloud.Unresolved{Reason: r.ID + " names no destination"}
	}
	f.append(source, "DeliveryDestinationArns", destination, r)
}
