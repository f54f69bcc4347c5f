public import Logging
public import Rollbook
import RollbookModel
import RollbookStore
public import ServiceLifecycle

/// The jobs of a warehouse as a service: it looks after them until it is told to shut down, then stops what runs here and
/// notes how that ended.
public struct JobService: Service {
    private let jobs: WarehouseJobs
    private let preparesFirst: Bool
    private let logger: Logger
    /// How long after a failure it is tried again to make what is missing.
    private let pause: Duration

    /// Makes a service.
    ///
    /// - Parameters:
    ///   - preparesFirst: whether what is missing is made before anything else.
    ///   - pause: how long after a failure of the store's that is tried again.
    public init(_ jobs: WarehouseJobs, preparesFirst: Bool = false, pause: Duration = .seconds(10), logger: Logger) {
        self.jobs = jobs
        self.preparesFirst = preparesFirst
        self.pause = pause
        self.logger = logger
    }

    /// Looks after the jobs until the service group shuts down.
    public func run() async {
        await cancelWhenGracefulShutdown {
            let isPrepared = preparesFirst ? await prepare() : true
            await withTaskGroup(of: Void.self) { group in
                if !isPrepared { group.addTask { await prepareLater() } }
                await jobs.schedule()
            }
        }
    }

    /// Tries again until the store can be reached, beside everything else.
    private func prepareLater() async {
        repeat {
            try? await Task.sleep(for: pause)
            if Task.isCancelled { return }
        } while await !prepare()
    }

    /// Where another server prepares already, that is as good.
    ///
    /// - Returns: false where it is worth another try.
    private func prepare() async -> Bool {
        do { _ = try await jobs.begin(.prepare, cause: .start) } catch let error as RollbookError {
            logger.warning("job not begun", metadata: ["job": "prepare", "code": "\(error.code)"])
            return ![.unavailable, .timedOut, .overloaded].contains(error.code)
        } catch {
            logger.warning("job not begun", metadata: ["job": "prepare"])
        }
        return true
    }

    /// Writes what happens to jobs into a log: names, ids and counts, never a record's value.
    public static func log(_ event: JobEvent, to logger: Logger) {
        switch event {
        case .began(let job, let runID, let cause, _):
            logger.info(
                "job began", metadata: ["job": "\(job.rawValue)", "run": "\(runID)", "cause": "\(cause.rawValue)"])
        case .tryFailed(let job, let runID, let number, let error, let pause):
            logger.warning(
                "try failed",
                metadata: [
                    "job": "\(job.rawValue)", "run": "\(runID)", "try": "\(number)", "code": "\(error.code)",
                    "pause_seconds": "\(pause.components.seconds)",
                ])
        case .ended(let job, let runID, let end, let duration):
            var metadata: Logger.Metadata = [
                "job": "\(job.rawValue)", "run": "\(runID)", "outcome": "\(end.outcome.rawValue)",
                "milliseconds": "\(Int(duration / .milliseconds(1)))",
            ]
            if let count = end.rowCount { metadata["count"] = "\(count)" }
            if let error = end.error { metadata["code"] = "\(error.code)" }
            logger.log(level: end.outcome == .failed ? .error : .info, "job ended", metadata: metadata)
        case .foundLost(let job, let isBegunAgain):
            logger.warning(
                "job was lost with its process", metadata: ["job": "\(job.rawValue)", "begun_again": "\(isBegunAgain)"])
        case .looked: break
        case .notRecorded(let error):
            logger.warning("not recorded", metadata: ["code": "\(error.code)", "message": "\(error.message)"])
        }
    }
}
