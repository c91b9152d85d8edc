// Package awstest gives tests an AWS to talk to: moto, a third party's server
// that keeps state as AWS does.
package awstest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
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

// Start starts moto_server on a free port of 127.0.0.1 and waits until it
// answers. The caller stops it.
func Start() (*Server, error) { return start("MOTO_EC2_LOAD_DEFAULT_AMIS=false") }

// start starts moto_server with more in its environment.
func start(environment ...string) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	s := &Server{URL: fmt.Sprintf("http://127.0.0.1:%d", port)}
	s.command = exec.Command("moto_server", "-H", "127.0.0.1", "-p", fmt.Sprint(port))
	s.command.Env = append(os.Environ(), environment...)
	s.command.Stdout, s.command.Stderr = &s.output, &s.output
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if response, err := http.Get(s.URL + "/moto-api/"); err == nil {
			response.Body.Close()
			return s, nil
		}
		if time.Now().After(deadline) {
			s.Stop()
			return nil, fmt.Errorf("moto_server did not answer within a minute: %s", s.output.String())
		}
	}
}

// Stop ends the server.
func (s *Server) Stop() {
	if s.command != nil && s.command.Process != nil {
		_ = s.command.Process.Kill()
		_ = s.command.Wait()
	}
}

// Config is a configuration of the SDK for the server.
func (s *Server) Config(region string) aws.Config {
	return aws.Config{
		Region:       region,
		BaseEndpoint: &s.URL,
		Credentials:  credentials.NewStaticCredentialsProvider("testing", "testing", ""),
		// The account before the host's name, as S3 Control has it, leads
		// nowhere on a loopback address.
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("plainHost", func(
				ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
			) (middleware.InitializeOutput, middleware.Metadata, error) {
				return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
			}), middleware.After)
		}},
	}
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
	if _, err := exec.LookPath("moto_server"); err != nil {
		t.Skip("moto_server is not on PATH; install it with: pip install 'moto[server]'")
	}
	s.once.Do(func() { s.server, s.err = start(s.environment...) })
	if s.err != nil {
		t.Fatal(s.err)
	}
	s.inUse.Lock()
	t.Cleanup(s.inUse.Unlock)
	response, err := http.Post(s.server.URL+"/moto-api/reset", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return s.server
}

// StopShared ends the servers that tests have shared, at the end of a TestMain.
func StopShared() {
	for _, s := range []*shared{&plain, &withPolicies} {
		if s.server != nil {
			s.server.Stop()
		}
	}
}
