import Rollbook

/// One line at the bottom of the terminal that is drawn anew; nothing at all where nobody watches.
actor ProgressLine {
    private let isWatched = Terminal.isWatched
    private var lastDrawn: ContinuousClock.Instant?
    private var isVisible = false

    /// How often the line is drawn at most.
    private static let interval = Duration.milliseconds(100)

    /// Shows how far a source is.
    func show(_ progress: ReadProgress) {
        let now = ContinuousClock.now
        if let lastDrawn, now - lastDrawn < Self.interval { return }
        lastDrawn = now
        var text = "\(progress.file)  \(Decimals.grouped(progress.records)) records"
        if let total = progress.bytesTotal, total > 0 { text += "  \(min(100, progress.bytesRead * 100 / total)) %" }
        draw(text)
    }

    /// Shows a step that has no end in sight.
    func show(_ step: String) { draw(step) }

    /// Takes the line away, so that something else can be written.
    func clear() {
        guard isVisible else { return }
        Terminal.write(Array("\r\u{1B}[2K".utf8), to: 2)
        isVisible = false
    }

    private func draw(_ text: String) {
        guard isWatched else { return }
        let width = (Terminal.width ?? 80) - 1
        let line = text.displayWidth > width ? text.fitted(to: width) : text
        Terminal.write(Array("\r\u{1B}[2K\(line)".utf8), to: 2)
        isVisible = true
    }
}
