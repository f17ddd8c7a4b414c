"""Semi-discrete optimal transport from a simple source to weighted points.

Glossary, paper symbol first: x a source sample; p_i (here y_i) the support of the target, N
points in d dimensions; nu_i its masses; h_i the heights; u_h(x) = max_i <x, p_i> + h_i the
Brenier potential; W_i the power cell where plane i is highest; w_i its source mass.
"""
