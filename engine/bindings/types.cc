// internalBinding('types'): what kind of built-in object a value is.
#include "binding.h"

namespace se {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

template <bool (Value::*test)() const>
void Is(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(((*info[0])->*test)());
}

void IsAnyArrayBuffer(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(info[0]->IsArrayBuffer() || info[0]->IsSharedArrayBuffer());
}

void IsBoxedPrimitive(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(info[0]->IsNumberObject() || info[0]->IsStringObject() || info[0]->IsBooleanObject() ||
                            info[0]->IsBigIntObject() || info[0]->IsSymbolObject());
}

// In the order in which Node has them.
constexpr Method kMethods[] = {
    {"isArgumentsObject", Is<&Value::IsArgumentsObject>},
    {"isArrayBuffer", Is<&Value::IsArrayBuffer>},
    {"isAsyncFunction", Is<&Value::IsAsyncFunction>},
    {"isBigIntObject", Is<&Value::IsBigIntObject>},
    {"isBooleanObject", Is<&Value::IsBooleanObject>},
    {"isDataView", Is<&Value::IsDataView>},
    {"isDate", Is<&Value::IsDate>},
    {"isExternal", Is<&Value::IsExternal>},
    {"isGeneratorFunction", Is<&Value::IsGeneratorFunction>},
    {"isGeneratorObject", Is<&Value::IsGeneratorObject>},
    {"isMap", Is<&Value::IsMap>},
    {"isMapIterator", Is<&Value::IsMapIterator>},
    {"isModuleNamespaceObject", Is<&Value::IsModuleNamespaceObject>},
    {"isNativeError", Is<&Value::IsNativeError>},
    {"isNumberObject", Is<&Value::IsNumberObject>},
    {"isPromise", Is<&Value::IsPromise>},
    {"isProxy", Is<&Value::IsProxy>},
    {"isRegExp", Is<&Value::IsRegExp>},
    {"isSet", Is<&Value::IsSet>},
    {"isSetIterator", Is<&Value::IsSetIterator>},
    {"isSharedArrayBuffer", Is<&Value::IsSharedArrayBuffer>},
    {"isStringObject", Is<&Value::IsStringObject>},
    {"isSymbolObject", Is<&Value::IsSymbolObject>},
    {"isWeakMap", Is<&Value::IsWeakMap>},
    {"isWeakSet", Is<&Value::IsWeakSet>},
    {"isAnyArrayBuffer", IsAnyArrayBuffer},
    {"isBoxedPrimitive", IsBoxedPrimitive},
};

// These functions have no names in Node.
void Initialize(Env* env, Local<Object> target) {
  for (const Method& method : kMethods) {
    Local<v8::Function> function;
    if (v8::FunctionTemplate::New(env->isolate(), method.callback, {}, {}, 0, v8::ConstructorBehavior::kThrow,
                                  v8::SideEffectType::kHasNoSideEffect)
            ->GetFunction(env->context())
            .ToLocal(&function))
      SetValue(env, target, method.name, function);
  }
}

void RegisterReferences(References* references) { AddReferences(references, kMethods); }
BindingRegistration registration("types", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
