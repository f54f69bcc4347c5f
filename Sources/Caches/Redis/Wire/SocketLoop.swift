import Foundation
import Synchronization

/// Runs an actor's work on a thread of its own, which waits for the actor's socket in between, so that neither waiting nor
/// the look-up of a name ever holds one of Swift's cooperative threads.
final class SocketLoop: SerialExecutor {
    /// What the thread waits for beside work.
    struct Watch: Sendable {
        let descriptor: Int32
        var wantsToWrite = false
        var deadline: ContinuousClock.Instant?
        /// Is called on the thread when the socket can be used or the deadline has passed.
        let serve: @Sendable () -> Void
    }

    private let core: Core

    init(label: String) {
        core = Core()
        let core = self.core
        let thread = Thread { core.run() }
        thread.name = label
        thread.start()
    }

    deinit { core.end() }

    /// Waits for a socket from now on, or for none.
    func watch(_ watch: Watch?) { core.watch(watch) }

    func enqueue(_ job: consuming ExecutorJob) { core.enqueue(UnownedJob(job), on: self) }

    func checkIsolated() { precondition(core.isCurrentThread, "this belongs to another thread") }
}

/// What the thread shares with those who give it work. The thread keeps it alive, and not the executor.
private final class Core: Sendable {
    private struct State {
        /// Whoever gives work keeps the executor alive until it is done.
        var jobs: [(job: UnownedJob, executor: SocketLoop)] = []
        var watch: SocketLoop.Watch?
        var thread: pthread_t?
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let waking: Int32
    private let woken: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        // Without a pipe, of which a process has enough unless it is lost anyway, work waits for the next deadline.
        _ = pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (woken, waking) = (ends[0], ends[1])
    }

    deinit {
        close(woken)
        close(waking)
    }

    var isCurrentThread: Bool {
        state.withLock { $0.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    func enqueue(_ job: UnownedJob, on executor: SocketLoop) {
        let wasIdle = state.withLock { state in
            state.jobs.append((job, executor))
            return state.jobs.count == 1
        }
        if wasIdle { wake() }
    }

    func watch(_ watch: SocketLoop.Watch?) { state.withLock { $0.watch = watch } }

    func end() {
        state.withLock { $0.hasEnded = true }
        wake()
    }

    func run() {
        state.withLock { $0.thread = pthread_self() }
        while true {
            let (jobs, hasEnded) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.hasEnded)
            }
            for (job, executor) in jobs { job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
            if !jobs.isEmpty { continue }
            if hasEnded { return }
            wait()
        }
    }

    private func wait() {
        let watch = state.withLock { $0.watch }
        var descriptors = [pollfd(fd: woken, events: Int16(POLLIN), revents: 0)]
        if let watch {
            let events = POLLIN | (watch.wantsToWrite ? POLLOUT : 0)
            descriptors.append(pollfd(fd: watch.descriptor, events: Int16(events), revents: 0))
        }
        let count = poll(&descriptors, nfds_t(descriptors.count), Self.milliseconds(until: watch?.deadline))
        if count > 0, descriptors[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            while read(woken, &bytes, bytes.count) > 0 {}
        }
        guard let watch else { return }
        if descriptors[1].revents != 0 || watch.deadline.map({ $0 <= .now }) == true { watch.serve() }
    }

    /// Rounded up, so that nobody is woken before the time.
    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
        return Int32(max(0, min(left.rounded(.up), 60_000)))
    }

    private func wake() {
        var byte: UInt8 = 1
        _ = write(waking, &byte, 1)
    }
}
