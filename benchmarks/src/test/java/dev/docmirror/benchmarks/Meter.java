package dev.docmirror.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;

/** Measures a run in this process: time, CPU and heap. One thread advances it. */
final class Meter {
    private static final double MIB = 1024 * 1024;
    private static final long SAMPLE_MILLIS = 20;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long expected;
    private final Thread sampler = new Thread(this::sample, "heap-sampler");
    private final List<Double> tenths = new ArrayList<>();
    private final List<Double> live = new ArrayList<>();
    private final long began;
    private final long cpuBegan;
    private volatile long least = Long.MAX_VALUE;
    private volatile boolean ended;
    private long documents;
    private long tenthBegan;

    /** @param expected how many documents the run has, for its tenths */
    Meter(long expected) {
        this.expected = expected;
        heap().forEach(MemoryPoolMXBean::resetPeakUsage);
        sampler.setDaemon(true);
        sampler.start();
        this.cpuBegan = system.getProcessCpuTime();
        this.began = System.nanoTime();
        this.tenthBegan = began;
    }

    /** Some more documents are done for good. */
    void advance(int more) {
        documents += more;
        while (tenths.size() < 10 && documents * 10 >= expected * (tenths.size() + 1)) {
            long now = System.nanoTime();
            tenths.add((now - tenthBegan) / 1e9);
            tenthBegan = now;
            live.add(least / MIB);
            least = Long.MAX_VALUE;
        }
    }

    Outcome outcome() {
        return outcome(System.nanoTime() - began);
    }

    /** @param nanos the time that counts, where it is not that between begin and end */
    Outcome outcome(long nanos) {
        double cpu = (system.getProcessCpuTime() - cpuBegan) / 1e9;
        ended = true;
        long peak =
                heap().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        return new Outcome(documents, nanos / 1e9, cpu, peak / MIB, tenths, live, List.of());
    }

    private static List<MemoryPoolMXBean> heap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }

    private void sample() {
        Runtime runtime = Runtime.getRuntime();
        try {
            while (!ended) {
                least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
                Thread.sleep(SAMPLE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
