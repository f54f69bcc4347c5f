import Foundation
import RollbookTelemetry

/// Where the program writes, and how wide that is.
enum Terminal {
    /// Writes a text and a line feed to the standard output.
    static func print(_ text: String) { write(Array((text + "\n").utf8), to: STDOUT_FILENO) }

    /// Writes a text and a line feed to the standard error.
    static func complain(_ text: String) { write(Array((text + "\n").utf8), to: STDERR_FILENO) }

    /// Writes bytes as they are; what nobody reads any more is lost.
    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        DescriptorOutput.write(bytes, to: descriptor)
    }

    /// Whether somebody watches the standard error.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// The columns of the terminal, or what COLUMNS says; nil where the output goes to a file or another program.
    static var width: Int? {
        if let text = ProcessInfo.processInfo.environment["COLUMNS"], let columns = Int(text), columns > 0 {
            return columns
        }
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Whether failures also show the engine's own words, which may quote values.
    static var showsEngineWords: Bool {
        ["trace", "debug"].contains(ProcessInfo.processInfo.environment["ROLLBOOK_LOG_LEVEL"] ?? "")
    }
}
