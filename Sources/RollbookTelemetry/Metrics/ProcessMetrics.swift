public import CoreMetrics
import Foundation

/// What the process takes of the machine, under the names that Prometheus' own libraries use.
public struct ProcessMetrics: Sendable {
    private let cpu: RunningTotal
    private let resident: Meter
    private let virtual: Meter
    private let openFiles: Meter
    private let mostFiles: Meter
    private let threads: Meter
    private let start: Meter

    /// Makes the metrics; ``update()`` measures.
    public init(factory: any MetricsFactory) {
        let meter = { (name: String) in Meter(label: name, factory: factory) }
        cpu = RunningTotal("process_cpu_seconds_total", factory: factory)
        (resident, virtual) = (meter("process_resident_memory_bytes"), meter("process_virtual_memory_bytes"))
        (openFiles, mostFiles) = (meter("process_open_fds"), meter("process_max_fds"))
        (threads, start) = (meter("process_threads"), meter("process_start_time_seconds"))
    }

    /// Measures; what the system does not tell stays as it was.
    public func update() {
        if let usage = ProcessUsage(stat: Self.read("/proc/self/stat"), boot: Self.read("/proc/stat")) {
            cpu.saw(usage.cpuSeconds)
            resident.set(usage.residentBytes)
            virtual.set(usage.virtualBytes)
            threads.set(usage.threads)
            if let instant = usage.startTime { start.set(instant) }
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            // The folder itself is open while it is read.
            openFiles.set(max(0, files.count - 1))
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 { mostFiles.set(Double(limit.rlim_cur)) }
    }

    private static func read(_ path: String) -> String {
        // Files of /proc say that they are empty, so they are read to their end.
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        return (try? file.readToEnd()).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// What Linux says of a process in `/proc/self/stat`.
struct ProcessUsage: Equatable {
    var cpuSeconds: Double
    var virtualBytes: Int64
    var residentBytes: Int64
    var threads: Int64
    /// When the process began, in seconds since 1970, where the machine says when it was started.
    var startTime: Double?

    /// Reads the text; nil where it is none.
    ///
    /// - Parameter boot: the text of `/proc/stat`, which says when the machine was started.
    init?(
        stat: String, boot: String, ticks: Double = Double(sysconf(Int32(_SC_CLK_TCK))),
        page: Int64 = Int64(sysconf(Int32(_SC_PAGESIZE)))
    ) {
        // The program's name stands in brackets and may hold any, blanks too: what is wanted begins after the last.
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ").map(String.init)
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
            let threads = Int64(fields[17]), let start = Double(fields[19]), let virtual = Int64(fields[20]),
            let pages = Int64(fields[21].trimmingCharacters(in: .whitespacesAndNewlines))
        else { return nil }
        cpuSeconds = (user + system) / ticks
        virtualBytes = virtual
        residentBytes = pages * page
        self.threads = threads
        let booted = boot.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
        startTime = booted.map { $0 + start / ticks }
    }
}
