package account

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// images are the public images that instances of the shop run on. The server
// knows these alone: its own list has more than a thousand a region, and a
// snapshot of each that it would count among those of the account.
//
//go:embed images.json
var images []byte

// A Server is a moto server for one account, empty at first.
type Server struct {
	URL string

	command *exec.Cmd
	output  *bytes.Buffer
	folder  string
}

// ErrNoServer says that moto_server is not on the PATH.
var ErrNoServer = errors.New("moto_server is not on the PATH: pip install 'moto[server]'")

// Serve starts moto_server on a free port of the loopback interface. Stop ends
// it.
func Serve(ctx context.Context) (*Server, error) {
	path, err := exec.LookPath("moto_server")
	if err != nil {
		return nil, ErrNoServer
	}
	folder, err := os.MkdirTemp("", "surety-demo-")
	if err != nil {
		return nil, err
	}
	list := filepath.Join(folder, "images.json")
	if err := os.WriteFile(list, images, 0o600); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	address, err := freeAddress()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	s := &Server{URL: "http://" + address, output: new(bytes.Buffer), folder: folder}
	s.command = exec.Command(path, "-H", host, "-p", port)
	s.command.Stdout, s.command.Stderr = s.output, s.output
	s.command.Env = append(os.Environ(),
		"MOTO_AMIS_PATH="+list,
		"MOTO_IAM_LOAD_MANAGED_POLICIES=true", // roles and groups attach some of AWS's own policies
		"MOTO_ACM_VALIDATION_WAIT=86400",      // a certificate that waits for its validation goes on waiting
	)
	if err := s.command.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := s.ready(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
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
func (s *Server) Stop() error {
	err := s.command.Process.Kill()
	if waited := s.command.Wait(); err != nil && waited != nil {
		return errors.Join(err, waited, os.RemoveAll(s.folder))
	}
	return os.RemoveAll(s.folder)
}

// Log is what the server wrote, to be asked for once it was stopped. A call
// that the server fails on leaves its reason there and nowhere else.
func (s *Server) Log() string { return s.output.String() }

// ready waits until the server answers, and seeds its random ids.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/moto-api/seed?a=20", nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
			return fmt.Errorf("moto_server cannot be seeded: %s", response.Status)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("moto_server does not answer on %s: %w", s.URL, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// freeAddress is an address that nothing listened on a moment ago.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
