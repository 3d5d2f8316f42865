module countersign.dev/e2e/browser

go 1.26
