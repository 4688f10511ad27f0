"""From choices on a page to a run in the queue."""

import streamlit as st

from sftviz.config import DataConfig, ModelConfig, RunConfig
from sftviz.data.split import split
from sftviz.data.stored import StoredData
from sftviz.jobs.queue import Priority
from sftviz.recommendation import recommend
from sftviz.runs.run import Run
from sftviz.ui.stores import SAMPLE, data_store, jobs, run_store

SAMPLE_NAME = "Clip-art sample"


def add_sample() -> StoredData:
    """Register the pictures that come with sftviz."""
    with st.spinner("Reading the sample pictures…"):
        return data_store().add_folder(SAMPLE, name=SAMPLE_NAME)


def start_sample() -> Run:
    """Start the recommended recipe on the sample, or go to the run of it that is on its way already."""
    data = add_sample()
    recipe = recommend(data.listing, ModelConfig())
    config = RunConfig(name=data.name, data=DataConfig(dataset=data.listing.identity), recipe=recipe)
    for run in run_store().list():
        if run.config == config and run.is_active:
            return run
    return start(config, data)


def start(config: RunConfig, data: StoredData, priority: Priority = "normal") -> Run:
    """Divide the pictures, create the run and queue it.

    Raises:
        DataError: the pictures cannot be divided.
    """
    divided = split(
        data.listing, validation_share=config.data.validation_share, test_share=config.data.test_share, seed=config.seed
    )
    run = run_store().create(config, divided.to_json())
    jobs().submit(run, priority)
    return run
