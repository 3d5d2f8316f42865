package main

import (
	"time"
	_ "unsafe" // for go:linkname
)

// certificateWaitTimeout is how long client-go's certificate manager waits for a request to be
// signed before it files another with a new key: 15 minutes, not configurable. Tests set it
// shorter; nothing else of the manager is touched.
//
//go:linkname certificateWaitTimeout k8s.io/client-go/util/certificate.certificateWaitTimeout
var certificateWaitTimeout time.Duration
