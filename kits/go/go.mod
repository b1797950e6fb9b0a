module github.com/usertwin/usertwin/kits/go

go 1.21
