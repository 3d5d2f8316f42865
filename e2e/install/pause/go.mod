module countersign.dev/e2e/install/pause

go 1.26
