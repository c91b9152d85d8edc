package account

import (
	"context"
	_ "embed"
	"errors"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// images are the public images that instances of the shop run on. The server
// knows these alone: its own list has more than a thousand a region, and a
// snapshot of each that it would count among those of the account.
//
//go:embed images.json
var images []byte

// A Server is a moto server for one account, empty at first.
type Server struct {
	*awstest.Server
	folder string
}

// Serve starts a server. Stop ends it.
func Serve(ctx context.Context) (*Server, error) {
	folder, err := os.MkdirTemp("", "surety-demo-")
	if err != nil {
		return nil, err
	}
	list := filepath.Join(folder, "images.json")
	if err := os.WriteFile(list, images, 0o600); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	server, err := awstest.Start(ctx,
		"MOTO_AMIS_PATH="+list,
		"MOTO_IAM_LOAD_MANAGED_POLICIES=true", // roles and groups attach some of AWS's own policies
		"MOTO_ACM_VALIDATION_WAIT=86400",      // a certificate that waits for its validation goes on waiting
	)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return &Server{Server: server, folder: folder}, nil
}

// Config calls the server with credentials that are nobody's.
func (s *Server) Config() aws.Config {
	return aws.Config{
		Region:       Production,
		BaseEndpoint: &s.URL,
		Credentials:  credentials.NewStaticCredentialsProvider("demo", "demo", ""),
	}
}

// Stop ends the server.
func (s *Server) Stop() error { return errors.Join(s.Server.Stop(), os.RemoveAll(s.folder)) }
