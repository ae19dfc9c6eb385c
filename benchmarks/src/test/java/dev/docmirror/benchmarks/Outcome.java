package dev.docmirror.benchmarks;

import java.util.List;

/**
 * What a candidate measured, as one line of JSON.
 *
 * @param seconds by the clock
 * @param cpuSeconds of the candidate's process
 * @param peakHeapMiB the most that was in use at any time, garbage included
 * @param tenths how long each tenth of the documents took, in seconds
 * @param liveMiB the least that was in use during each tenth: what outlives a collection
 * @param stamps for each write that arrived its number and the time in microseconds
 */
record Outcome(
        long documents,
        double seconds,
        double cpuSeconds,
        double peakHeapMiB,
        List<Double> tenths,
        List<Double> liveMiB,
        List<long[]> stamps) {

    /** Of a candidate that followed the feed: only the times of arrival count. */
    static Outcome of(List<long[]> stamps) {
        return new Outcome(stamps.size(), 0, 0, 0, List.of(), List.of(), stamps);
    }

    double perSecond() {
        return documents / seconds;
    }

    /** Microseconds of CPU a document. */
    double cpuMicros() {
        return cpuSeconds * 1e6 / documents;
    }
}
