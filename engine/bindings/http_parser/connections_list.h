#ifndef SE_BINDINGS_HTTP_PARSER_CONNECTIONS_LIST_H_
#define SE_BINDINGS_HTTP_PARSER_CONNECTIONS_LIST_H_

#include <set>

#include "binding.h"

namespace se::http {

class Parser;

// The parsers of a server's connections, to find those that are idle or take too long. It knows a parser from its
// initialize() until its remove() or end; neither keeps the other alive.
class ConnectionsList : public NativeObject {
 public:
  alignas(8) static const char kTag[];

  ConnectionsList(Env* env, v8::Local<v8::Object> wrapper);
  ~ConnectionsList() override;

  void Add(Parser* parser) { parsers_.insert(parser); }
  void Remove(Parser* parser) { parsers_.erase(parser); }

  // Those that `wanted` wants: first those between two messages, then by the time at which their message began.
  template <typename Predicate>
  std::vector<Parser*> Select(Predicate wanted) const;

 private:
  std::set<Parser*> parsers_;
};

// The class, for the binding's Initialize.
void InitializeConnectionsList(Env* env, v8::Local<v8::Object> target);
void RegisterConnectionsListReferences(References* references);

}  // namespace se::http

#endif  // SE_BINDINGS_HTTP_PARSER_CONNECTIONS_LIST_H_
