// Package awstest gives tests an AWS to talk to: moto, a third party's server
// that keeps state as AWS does.
package awstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Account is the account that moto answers for.
const Account = "123456789012"

// A Server is a running moto_server.
type Server struct {
	URL string

	command *exec.Cmd
	output  bytes.Buffer
}

// ErrNoServer says that moto_server is not on the PATH.
var ErrNoServer = errors.New("moto_server is not on the PATH: pip install 'moto[server]'")

// Start starts moto_server on a free port of the loopback interface, with more
// in its environment ("NAME=value"), and waits until it answers. Stop ends it.
func Start(ctx context.Context, environment ...string) (*Server, error) {
	path, err := exec.LookPath("moto_server")
	if err != nil {
		return nil, ErrNoServer
	}
	host, port, err := freeAddress()
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + net.JoinHostPort(host, port), command: exec.Command(path, "-H", host, "-p", port)}
	s.command.Env = append(os.Environ(), environment...)
	s.command.Stdout, s.command.Stderr = &s.output, &s.output
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, errors.Join(err, s.Stop(), errors.New(s.Log()))
	}
	started.Store(s.URL, true)
	return s, nil
}

// started holds the URLs of all servers that this process has started.
var started sync.Map

// IsMoto tells whether calls with a configuration go to a server of [Start].
func IsMoto(cfg aws.Config) bool {
	if cfg.BaseEndpoint == nil {
		return false
	}
	_, ok := started.Load(*cfg.BaseEndpoint)
	return ok
}

// freeAddress is an address that nothing listened on a moment ago.
func freeAddress() (host, port string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer listener.Close()
	return net.SplitHostPort(listener.Addr().String())
}

// ready waits until the server answers, and seeds its random ids.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := s.tell(ctx, "seed?a=20")
		if err == nil || !errors.Is(err, errNoAnswer) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

var errNoAnswer = errors.New("moto_server does not answer")

// tell makes a call of moto's own API.
func (s *Server) tell(ctx context.Context, what string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/moto-api/"+what, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("moto_server refuses %s: %s", what, response.Status)
	}
	return nil
}

// Stop ends the server.
func (s *Server) Stop() error {
	err := s.command.Process.Kill()
	if waited := s.command.Wait(); err != nil && waited != nil {
		return errors.Join(err, waited)
	}
	return nil
}

// Log is what the server wrote, to be asked for once it was stopped. A call
// that the server fails on leaves its reason there and nowhere else.
func (s *Server) Log() string { return s.output.String() }

// Config is a configuration of the SDK for the server.
func (s *Server) Config(region string) aws.Config {
	return PlainHost(aws.Config{
		Region:       region,
		BaseEndpoint: &s.URL,
		Credentials:  credentials.NewStaticCredentialsProvider("testing", "testing", ""),
	})
}

// PlainHost keeps calls on the host of the endpoint. Some operations put the
// account or a word before it, and such a name below an IP address leads
// nowhere.
func PlainHost(cfg aws.Config) aws.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(slices.Clone(cfg.APIOptions), func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("PlainHost", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
		}), middleware.After)
	})
	return cfg
}

// A server that all tests of a process share.
type shared struct {
	environment []string

	once   sync.Once
	server *Server
	err    error
	inUse  sync.Mutex
}

var (
	plain = shared{environment: []string{"MOTO_EC2_LOAD_DEFAULT_AMIS=false"}}
	// Policies take a second to load anew after each reset.
	withPolicies = shared{environment: []string{"MOTO_EC2_LOAD_DEFAULT_AMIS=false", "MOTO_IAM_LOAD_MANAGED_POLICIES=true"}}
)

// Moto gives a test the process's moto, with nothing in it. Tests take turns:
// the next one waits until this one ends. Where moto is missing the test is
// skipped, and says so.
func Moto(t testing.TB) *Server { return plain.take(t) }

// MotoWithPolicies is Moto with the managed policies of AWS in it.
func MotoWithPolicies(t testing.TB) *Server { return withPolicies.take(t) }

func (s *shared) take(t testing.TB) *Server {
	t.Helper()
	s.once.Do(func() { s.server, s.err = Start(context.Background(), s.environment...) })
	if errors.Is(s.err, ErrNoServer) {
		t.Skip(s.err)
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
	s.inUse.Lock()
	t.Cleanup(s.inUse.Unlock)
	if err := s.server.tell(t.Context(), "reset"); err != nil {
		t.Fatal(err)
	}
	return s.server
}

// StopShared ends the servers that tests have shared, at the end of a TestMain.
func StopShared() {
	for _, s := range []*shared{&plain, &withPolicies} {
		if s.server != nil {
			_ = s.server.Stop() // the tests are over
		}
	}
}
