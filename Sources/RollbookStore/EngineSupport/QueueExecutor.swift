import Dispatch

/// Runs an actor's work on a queue of its own, so that calls into C that block never hold one of Swift's cooperative
/// threads.
package final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    package init(label: String) { queue = DispatchQueue(label: label) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }

    package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
