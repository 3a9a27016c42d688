//===- NpyWrite.cpp - NumPy array files: writing --------------------------===//

#include "kalmir/Exec/Npy.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>

using namespace kalmir;
using namespace kalmir::npy;
using exec::Failure;
using exec::Result;
using exec::Status;
using exec::Success;

//===----------------------------------------------------------------------===//
// Temporary files that end with the process
//===----------------------------------------------------------------------===//

/// The names of pending files. A handler reads them without a lock.
static std::atomic<const char *> pendingFiles[256];

static constexpr int kSignals[] = {SIGHUP, SIGINT, SIGTERM};
static struct sigaction formerActions[std::size(kSignals)];

void npy::removePendingFiles() {
  for (std::atomic<const char *> &slot : pendingFiles)
    if (const char *name = slot.load())
      ::unlink(name);
}

/// Removes the files, then does what was done before us.
static void handleSignal(int number) {
  removePendingFiles();
  for (size_t i = 0; i < std::size(kSignals); ++i)
    ::sigaction(kSignals[i], &formerActions[i], nullptr);
  ::raise(number);
}

static void installHandlers() {
  struct sigaction action = {};
  action.sa_handler = handleSignal;
  for (size_t i = 0; i < std::size(kSignals); ++i) {
    ::sigaction(kSignals[i], nullptr, &formerActions[i]);
    // nohup and the like have asked for this.
    if (formerActions[i].sa_handler != SIG_IGN)
      ::sigaction(kSignals[i], &action, nullptr);
  }
}

/// Lists `name`, which keeps its address until removed. More than the list
/// takes are not removed by signals.
static void addPending(const char *name) {
  static std::once_flag once;
  std::call_once(once, installHandlers);
  for (std::atomic<const char *> &slot : pendingFiles) {
    const char *empty = nullptr;
    if (slot.compare_exchange_strong(empty, name))
      return;
  }
}

static void removePending(const char *name) {
  for (std::atomic<const char *> &slot : pendingFiles) {
    const char *found = name;
    if (slot.compare_exchange_strong(found, nullptr))
      return;
  }
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// Magic, version 1 and the dictionary, padded so that the elements are
/// aligned.
static std::string makeHeader(const Array &array) {
  std::string shape;
  for (int64_t size : array.getShape())
    shape += std::to_string(size) + ", ";
  // Python writes (2, 3) and (2,).
  if (array.getShape().size() > 1)
    shape.resize(shape.size() - 2);
  else if (!shape.empty())
    shape.pop_back();
  std::string text = "{'descr': '" + std::string(getDescr(array.getDType())) +
                     "', 'fortran_order': False, 'shape': (" + shape + "), }";
  constexpr size_t alignment = 64, start = 10;
  size_t total =
      (start + text.size() + 1 + alignment - 1) / alignment * alignment;
  text.resize(total - start - 1, ' ');
  text += '\n';
  std::string header("\x93NUMPY\x01\0", 8);
  header += static_cast<char>(text.size() & 0xff);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

/// Writes everything, or returns the number of an error.
static int writeBytes(int file, const void *data, size_t size) {
  const char *bytes = static_cast<const char *>(data);
  while (size > 0) {
    ssize_t count = ::write(file, bytes, size);
    if (count < 0 && errno != EINTR)
      return errno;
    if (count > 0) {
      bytes += count;
      size -= count;
    }
  }
  return 0;
}

static Failure failToWrite(const std::string &path, const std::string &why) {
  return {"cannot write '" + path + "': " + why};
}

PendingFile::PendingFile(std::unique_ptr<char[]> temporary, std::string path)
    : temporary(std::move(temporary)), path(std::move(path)) {
  addPending(this->temporary.get());
}

PendingFile::~PendingFile() {
  if (!temporary)
    return;
  ::unlink(temporary.get());
  removePending(temporary.get());
}

Status PendingFile::commit() {
  int error = ::rename(temporary.get(), path.c_str()) ? errno : 0;
  if (error)
    return failToWrite(path, std::strerror(error));
  removePending(temporary.get());
  temporary.reset();
  return Success();
}

/// Opens a new file beside `path`; -1 and errno where there can be none.
static std::pair<int, std::unique_ptr<char[]>>
createBeside(const std::string &path) {
  static std::atomic<unsigned> number;
  int file;
  std::string name;
  do {
    name = path + "-" + std::to_string(::getpid()) + "-" +
           std::to_string(number++) + ".tmp";
    file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (file < 0 && errno == EEXIST);
  std::unique_ptr<char[]> kept(new char[name.size() + 1]);
  std::strcpy(kept.get(), name.c_str());
  return {file, std::move(kept)};
}

Result<PendingFile> npy::stage(const std::string &path, const Array &array) {
  // A rename would replace a device or a folder's entry.
  struct stat status;
  bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode))
    return failToWrite(path, "expected a regular file or a new name");
  auto [file, temporary] = createBeside(path);
  if (file < 0)
    return failToWrite(path, std::strerror(errno));
  PendingFile pending(std::move(temporary), path);
  std::string header = makeHeader(array);
  int error = writeBytes(file, header.data(), header.size());
  if (!error)
    error = writeBytes(file, array.getData(), array.getNumBytes());
  if (::close(file) && !error)
    error = errno;
  if (error)
    return failToWrite(path, std::strerror(error));
  return pending;
}

Status npy::write(const std::string &path, const Array &array) {
  Result<PendingFile> file = stage(path, array);
  if (!file)
    return file.takeFailure();
  return file->commit();
}
