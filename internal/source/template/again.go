package template

import (
	"context"
	"os"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Again reads one template, or one folder of Terraform, that an earlier [Read]
// has read: world is that of its resources. Nothing else is read, so that a
// change of one template among many costs no more than that one.
func Again(ctx context.Context, world string, options Options) *cloud.Inventory {
	if options.MaxFileSize <= 0 {
		options.MaxFileSize = DefaultMaxFileSize
	}
	r := &root{path: world, named: true, kind: document}
	if info, err := os.Stat(world); err == nil && info.IsDir() {
		r.kind = folder
	}
	readAll(ctx, []*root{r}, options)
	return r.inventory
}
