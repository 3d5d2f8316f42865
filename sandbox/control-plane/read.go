package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/kubernetes/pkg/apis/certificates"
)

// reading is the result of Go, and so of Kubernetes and its signers, for one spec.request.
type reading struct {
	Error              string   `json:"error,omitempty"`
	CN                 string   `json:"cn"`
	O                  []string `json:"o"`
	DNS                []string `json:"dns"`
	IPs                []string `json:"ips"`
	Emails             []string `json:"emails"`
	URIs               []string `json:"uris"`
	KeyAlgorithm       string   `json:"keyAlgorithm"`
	SignatureAlgorithm string   `json:"signatureAlgorithm"`
	SignatureValid     bool     `json:"signatureValid"`
	// Attribute types and values in the subject's own order.
	Names []attribute `json:"names"`
	// OIDs of the requested extensions, in order.
	Extensions []string `json:"extensions"`
	// Lower-case hex.
	RawSubject   string `json:"rawSubject"`
	RawPublicKey string `json:"rawPublicKey"`
	DERSHA256    string `json:"derSha256"`
	// The kubelet signers' own verdicts on the contents, empty when they would sign. Usages are
	// those of a kubelet with this kind of certificate.
	KubeletServing string `json:"kubeletServing"`
	KubeletClient  string `json:"kubeletClient"`
}

type attribute struct {
	Type  string `json:"type"`
	Value any    `json:"value"`
}

// runRead answers each line of base64 spec.request (a JSON string, or bare) with a line of JSON.
func runRead([]string) int {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for lines.Scan() {
		if err := encoder.Encode(read(lines.Bytes())); err != nil {
			return fail(err)
		}
		// A line at once: callers may wait for one before they send the next.
		if err := out.Flush(); err != nil {
			return fail(err)
		}
	}
	if err := lines.Err(); err != nil {
		return fail(err)
	}
	return 0
}

func read(line []byte) reading {
	var text string
	if err := json.Unmarshal(line, &text); err != nil {
		text = string(line)
	}
	// JSON decoding as in the API server.
	var pem []byte
	quoted, err := json.Marshal(text)
	if err != nil {
		return reading{Error: err.Error()}
	}
	if err := json.Unmarshal(quoted, &pem); err != nil {
		return reading{Error: err.Error()}
	}
	csr, err := certificates.ParseCSR(pem)
	if err != nil {
		return reading{Error: err.Error()}
	}
	r := reading{
		CN: csr.Subject.CommonName, O: csr.Subject.Organization, DNS: csr.DNSNames, Emails: csr.EmailAddresses,
		KeyAlgorithm: csr.PublicKeyAlgorithm.String(), SignatureAlgorithm: csr.SignatureAlgorithm.String(),
		SignatureValid: csr.CheckSignature() == nil,
		RawSubject:     hex.EncodeToString(csr.RawSubject),
		RawPublicKey:   base64.StdEncoding.EncodeToString(csr.RawSubjectPublicKeyInfo),
	}
	for _, ip := range csr.IPAddresses {
		r.IPs = append(r.IPs, ip.String())
	}
	for _, uri := range csr.URIs {
		r.URIs = append(r.URIs, uri.String())
	}
	for _, name := range csr.Subject.Names {
		r.Names = append(r.Names, attribute{name.Type.String(), name.Value})
	}
	for _, extension := range csr.Extensions {
		r.Extensions = append(r.Extensions, extension.Id.String())
	}
	sum := sha256.Sum256(csr.Raw)
	r.DERSHA256 = hex.EncodeToString(sum[:])
	r.KubeletServing = message(certificates.ValidateKubeletServingCSR(csr, sets.NewString("digital signature", "server auth")))
	r.KubeletClient = message(certificates.ValidateKubeletClientCSR(csr, sets.NewString("digital signature", "client auth")))
	return r
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
