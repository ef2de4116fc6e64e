# The same names as ./do, for hands that type make.
.PHONY: setup build run test bench torture fmt clean
setup build run test bench torture fmt clean:
	@./do $@ $(ARGS)
