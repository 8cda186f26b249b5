"""Dual encoder: queries and candidates by one encoder, each query learned against the candidates of its batch.

Source: in-batch sampled softmax over inner products, as LAReQA (Roy et al. 2020) and Mewsli-X (Ruder et al. 2021) train
their baselines. Vectors are made as the predictor makes them, by the same settings of the task.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from harness.predictors.pooling import Encoding, pool_states

TEMPERATURE = 0.05
"""What similarities of vectors of length 1 are divided by (Reimers and Gurevych's default scale of 20)."""


class DualEncoder(torch.nn.Module):
    """An encoder that learns to put a query beside its candidate; only `model` is kept afterwards."""

    def __init__(self, model: Any, encoding: Encoding) -> None:
        super().__init__()
        self.model = model
        self.encoding = encoding

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        labels: torch.Tensor,
        token_type_ids: torch.Tensor | None = None,
    ) -> dict[str, torch.Tensor]:
        """The loss, under `loss`.

        Args:
            input_ids: `(pairs, 2, longest)` of queries and candidates.
            attention_mask: the same.
            labels: `(pairs,)` the number of the candidate in its pool; one that stands in a batch twice is not wrong.
            token_type_ids: as `input_ids`, where the model reads piece types.
        """
        mask = attention_mask.flatten(0, 1)
        types = {} if token_type_ids is None else {"token_type_ids": token_type_ids.flatten(0, 1)}
        output = self.model(input_ids=input_ids.flatten(0, 1), attention_mask=mask, output_hidden_states=True, **types)
        vectors = pool_states(output.hidden_states[self.encoding.layer], mask, self.encoding)
        queries, candidates = vectors.view(len(labels), 2, -1).unbind(dim=1)
        scores = queries @ candidates.T / TEMPERATURE
        same = (labels[:, None] == labels) & ~torch.eye(len(labels), dtype=torch.bool, device=labels.device)
        right = torch.arange(len(labels), device=labels.device)
        return {"loss": functional.cross_entropy(scores.masked_fill(same, -torch.inf), right)}
